import Badge from '@mui/material/Badge'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import { Link } from 'react-router'

export interface TabLink {
  value: string
  label: string
  href: string
  badge?: number
}

/** Tabs that are addresses. */
export function TabLinks({ tabs, value, label }: { tabs: TabLink[]; value: string; label: string }) {
  return (
    <Tabs
      value={tabs.some((tab) => tab.value === value) ? value : false}
      component="nav"
      aria-label={label}
      variant="scrollable"
      scrollButtons="auto"
      allowScrollButtonsMobile
      sx={{ borderBottom: 1, borderColor: 'divider', mb: 5 }}
    >
      {tabs.map((tab) => (
        <Tab
          key={tab.value}
          value={tab.value}
          component={Link}
          to={tab.href}
          role="link"
          aria-selected={undefined}
          aria-current={tab.value === value ? 'page' : undefined}
          tabIndex={0}
          label={
            tab.badge ? (
              <Badge badgeContent={tab.badge} color="secondary" max={99} sx={{ pr: 3 }}>
                {tab.label}
              </Badge>
            ) : (
              tab.label
            )
          }
        />
      ))}
    </Tabs>
  )
}
