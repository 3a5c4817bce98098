import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { AppFrame } from '@/app/layout/app-frame'
import { SignedIn } from '@/app/layout/signed-in'
import { CrashPage, NotFoundPage } from '@/app/routes/not-found-page'
import { SignInPage } from '@/app/routes/sign-in-page'

type Loaded = { Component: React.ComponentType }
const page =
  (load: () => Promise<Loaded>): RouteObject['lazy'] =>
  async () => ({ Component: (await load()).Component })

const PROJECT_PAGES: RouteObject[] = [
  { index: true, element: <Navigate to="runs" replace /> },
  { path: 'datasets', lazy: page(() => import('@/app/routes/datasets/datasets-page')) },
  { path: 'datasets/:datasetId/compare', lazy: page(() => import('@/app/routes/datasets/compare-page')) },
  { path: 'datasets/:datasetId/versions/:number', lazy: page(() => import('@/app/routes/datasets/version-page')) },
  { path: 'datasets/:datasetId/:tab?', lazy: page(() => import('@/app/routes/datasets/dataset-page')) },
  { path: 'convert', lazy: page(() => import('@/app/routes/datasets/convert-page')) },
  { path: 'datasets/:datasetId/images/:imageId', lazy: page(() => import('@/app/routes/datasets/image-page')) },
  { path: 'templates', lazy: page(() => import('@/app/routes/templates/templates-page')) },
  { path: 'templates/:templateId/:tab?', lazy: page(() => import('@/app/routes/templates/template-page')) },
  { path: 'runs', lazy: page(() => import('@/app/routes/runs/runs-page')) },
  { path: 'runs/new', lazy: page(() => import('@/app/routes/runs/new-run-page')) },
  { path: 'runs/:runId/:tab?', lazy: page(() => import('@/app/routes/runs/run-page')) },
  { path: 'models', lazy: page(() => import('@/app/routes/models/models-page')) },
  { path: 'models/:modelId', lazy: page(() => import('@/app/routes/models/model-page')) },
  { path: 'settings/:tab?', lazy: page(() => import('@/app/routes/settings/settings-page')) },
  { path: '*', element: <NotFoundPage /> },
]

/** Every address: sign-in stands alone, the rest needs a session and stands in the frame. */
export const ROUTES: RouteObject[] = [
  { path: '/sign-in', element: <SignInPage />, errorElement: <CrashPage /> },
  {
    element: <SignedIn />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [
      { path: '/', lazy: page(() => import('@/app/routes/home-page')) },
      // Short addresses, as logs and other programs print them.
      { path: '/:kind/:id', lazy: page(() => import('@/app/routes/short-address-page')) },
      { path: '/projects/:projectId', element: <AppFrame />, children: [{ errorElement: <CrashPage />, children: PROJECT_PAGES }] },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]

export const createRouter = () => createBrowserRouter(ROUTES)
