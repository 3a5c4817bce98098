import Box from '@mui/material/Box'
import visuallyHidden from '@mui/utils/visuallyHidden'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { count } from '@/lib/format'

export interface TabLink {
  value: string
  label: string
  href: string
  badge?: number
  /** What the badge counts, in words. */
  badgeTitle?: string
}

/** A number for those who see it, and what it counts for those who hear it. */
function Explained({ shown, said }: { shown: string; said: string }) {
  return (
    <>
      <span aria-hidden>{shown}</span>
      <Box component="span" sx={visuallyHidden}>
        {` (${said})`}
      </Box>
    </>
  )
}

/** Parts of a page as addresses; they look like tabs and are links, so Back and a new window work. */
export function TabLinks({ tabs, value, label }: { tabs: TabLink[]; value: string; label: string }) {
  const current = useRef<HTMLAnchorElement>(null)
  // Badges come later and push the others aside.
  const badges = tabs.map((tab) => tab.badge ?? 0).join()
  useEffect(() => {
    // Newer browsers answer with a promise, which must not become the effect's clean-up.
    void current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [value, badges])
  return (
    <Box component="nav" aria-label={label} sx={{ borderBottom: 1, borderColor: 'divider', mb: 5, display: 'flex', overflowX: 'auto', scrollbarWidth: 'none' }}>
      {tabs.map((tab) => {
        const here = tab.value === value
        return (
          <Box
            key={tab.value}
            ref={here ? current : undefined}
            component={Link}
            to={tab.href}
            aria-current={here ? 'page' : undefined}
            sx={{
              px: 3.5,
              py: 2.5,
              fontSize: 13,
              fontWeight: 600,
              whiteSpace: 'nowrap',
              scrollMarginInline: '32px',
              textDecoration: 'none',
              color: here ? 'primary.main' : 'text.secondary',
              boxShadow: here ? 'inset 0 -2px 0 var(--mui-palette-primary-main)' : 'none',
              '&:hover': { color: here ? 'primary.main' : 'text.primary' },
              '&:focus-visible': { outlineOffset: '-3px' },
            }}
          >
            {tab.label}
            {Boolean(tab.badge) && (
              <Box component="span" title={tab.badgeTitle} sx={{ ml: 2, px: 1.5, borderRadius: 1, fontSize: 12, bgcolor: 'secondary.main', color: 'secondary.contrastText' }}>
                {tab.badgeTitle ? <Explained shown={count(tab.badge ?? 0)} said={tab.badgeTitle} /> : count(tab.badge ?? 0)}
              </Box>
            )}
          </Box>
        )
      })}
    </Box>
  )
}
