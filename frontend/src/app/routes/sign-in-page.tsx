import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { Logo } from '@/app/layout/logo'
import { sessionQuery } from '@/features/auth/api/session'
import { SignInForm } from '@/features/auth/components/sign-in-form'
import { inside, isServerPage } from '@/lib/inside'

export function SignInPage() {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const session = useQuery(sessionQuery) // also sets the CSRF cookie
  const next = inside(search.get('next'))
  const user = session.data?.user
  const goOn = useCallback(() => {
    if (isServerPage(next)) window.location.replace(next)
    else void navigate(next, { replace: true })
  }, [next, navigate])
  useEffect(() => {
    document.title = 'Sign in · Trainyard'
  }, [])
  useEffect(() => {
    if (user) goOn()
  }, [user, goOn])
  return (
    <Box component="main" sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 4 }}>
      <Box sx={{ width: 'min(400px, 100%)' }}>
        <Box sx={{ display: 'flex', justifyContent: 'center', mb: 6 }}>
          <Logo large />
        </Box>
        <Card sx={{ p: { xs: 5, sm: 8 } }}>
          <Typography variant="h2" component="h1" sx={{ mb: 1 }}>
            Sign in
          </Typography>
          <Typography sx={{ color: 'text.secondary', mb: 6 }}>
            {next !== '/' && !isServerPage(next) ? 'Your session has ended. Sign in to go on where you were.' : 'Train vision models on your own data and machines.'}
          </Typography>
          <SignInForm onSignedIn={goOn} />
        </Card>
        <Typography variant="body2" sx={{ color: 'text.secondary', textAlign: 'center', mt: 4 }}>
          No account, or the password is lost? Ask the administrator of this platform.
        </Typography>
      </Box>
    </Box>
  )
}
