import { ThemeProvider } from '@mui/material/styles'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { ROUTES } from '@/app/router'
import { Toaster } from '@/components/ui/toaster'
import { theme } from '@/config/theme'

/** Renders a whole address of the app; answers the router, whose state tells where one ended up. */
export function renderRoute(address: string) {
  const router = createMemoryRouter(ROUTES, { initialEntries: [address] })
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>,
  )
  return router
}
