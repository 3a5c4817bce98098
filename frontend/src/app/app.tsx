import CssBaseline from '@mui/material/CssBaseline'
import { ThemeProvider } from '@mui/material/styles'
import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { RouterProvider } from 'react-router'
import { createRouter } from '@/app/router'
import { Toaster } from '@/components/ui/toaster'
import { theme } from '@/config/theme'
import { createQueryClient } from '@/lib/query-client'

export function App() {
  const [client] = useState(createQueryClient)
  const [router] = useState(createRouter)
  return (
    <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="trainyard-mode">
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  )
}
