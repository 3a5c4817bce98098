import Box from '@mui/material/Box'

export function Logo({ large = false }: { large?: boolean }) {
  const size = large ? 36 : 26
  return (
    <Box sx={{ display: 'inline-flex', alignItems: 'center', gap: 2.5, fontWeight: 700, fontSize: large ? 26 : 16, letterSpacing: '-0.015em', color: 'text.primary' }}>
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
        <rect width="32" height="32" rx="7" fill="#0b6b80" />
        <path d="M9 24 13 8M23 24 19 8M10.4 19h11.2M11.5 14h9" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" fill="none" />
      </svg>
      Trainyard
    </Box>
  )
}
