import { createTheme } from '@mui/material/styles'

/*
 * The whole look in one file: type scale 12 · 13 · 14 · 16 · 20 · 26, spacing of 4 px, one radius,
 * two accents (signal teal leads, brass marks what was changed or wants a look), light and dark of equal care.
 */
export const MONO = "'JetBrains Mono Variable', ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace"
const SANS = "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
const RADIUS = 8

/** Colours of data: distinguishable with every kind of colour vision (after Okabe and Ito), readable on both papers. */
export const SERIES = ['#0f7fb8', '#d55e00', '#00936b', '#b5559a', '#b98500', '#5a6fd6', '#7a7f87', '#c23b4b'] as const

/** A run keeps its colour wherever it is drawn. */
export const seriesColor = (key: number): string => SERIES[Math.abs(key) % SERIES.length] ?? SERIES[0]

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-scheme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#0b6b80', dark: '#084f5f', light: '#3d8fa2', contrastText: '#ffffff' },
        secondary: { main: '#8a5200', dark: '#6b3f00', light: '#c98a2e', contrastText: '#ffffff' },
        error: { main: '#b3261e' },
        warning: { main: '#8a5200' },
        info: { main: '#0f62a8' },
        success: { main: '#1b7340' },
        background: { default: '#f6f7f9', paper: '#ffffff' },
        text: { primary: '#171d22', secondary: '#56616b', disabled: '#8b949c' },
        divider: '#e0e4e8',
        action: { hover: 'rgba(15, 40, 55, 0.045)', selected: 'rgba(11, 107, 128, 0.10)' },
      },
    },
    dark: {
      palette: {
        primary: { main: '#63c3d8', dark: '#3aa3ba', light: '#93d8e7', contrastText: '#06242b' },
        secondary: { main: '#e3a951', dark: '#c48a2f', light: '#f0c588', contrastText: '#2b1a00' },
        error: { main: '#ff8a80' },
        warning: { main: '#e3a951' },
        info: { main: '#7cb8f2' },
        success: { main: '#6fcf97' },
        background: { default: '#101418', paper: '#181d23' },
        text: { primary: '#e6eaee', secondary: '#9fabb6', disabled: '#6a757f' },
        divider: '#2a323a',
        action: { hover: 'rgba(200, 225, 240, 0.06)', selected: 'rgba(99, 195, 216, 0.14)' },
      },
    },
  },
  spacing: 4,
  shape: { borderRadius: RADIUS },
  typography: {
    fontFamily: SANS,
    fontSize: 14,
    h1: { fontSize: 26, fontWeight: 650, lineHeight: 1.25, letterSpacing: '-0.015em' },
    h2: { fontSize: 20, fontWeight: 650, lineHeight: 1.3, letterSpacing: '-0.01em' },
    h3: { fontSize: 16, fontWeight: 600, lineHeight: 1.4 },
    h4: { fontSize: 14, fontWeight: 600, lineHeight: 1.45 },
    h5: { fontSize: 14, fontWeight: 600, lineHeight: 1.45 },
    h6: { fontSize: 13, fontWeight: 600, lineHeight: 1.45 },
    subtitle1: { fontSize: 14, fontWeight: 600 },
    subtitle2: { fontSize: 13, fontWeight: 600 },
    body1: { fontSize: 14, lineHeight: 1.55 },
    body2: { fontSize: 13, lineHeight: 1.5 },
    caption: { fontSize: 12, lineHeight: 1.45 },
    overline: { fontSize: 12, fontWeight: 600, letterSpacing: '0.02em', textTransform: 'none', lineHeight: 1.5 },
    button: { textTransform: 'none', fontWeight: 600, fontSize: 13 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        body: { fontFeatureSettings: "'cv11', 'ss03'", overflowWrap: 'break-word' },
        'code, pre, kbd': { fontFamily: MONO, fontSize: '0.92em' },
        ':focus-visible': { outlineColor: 'var(--mui-palette-primary-main)' },
        '@media (prefers-reduced-motion: reduce)': { '*': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' } },
      },
    },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiCard: { defaultProps: { variant: 'outlined' } },
    MuiButton: { defaultProps: { size: 'small', disableElevation: true }, styleOverrides: { root: { paddingInline: 12, minHeight: 34 } } },
    MuiIconButton: { defaultProps: { size: 'small' } },
    MuiTextField: { defaultProps: { size: 'small' } },
    MuiFormControl: { defaultProps: { size: 'small' } },
    MuiSelect: { defaultProps: { size: 'small' } },
    MuiAutocomplete: { defaultProps: { size: 'small' } },
    MuiCheckbox: { defaultProps: { size: 'small' } },
    MuiSwitch: { defaultProps: { size: 'small' } },
    // A switch begins where the text above it does; a check box does so by itself.
    MuiFormControlLabel: { styleOverrides: { root: { '&:has(.MuiSwitch-root)': { marginLeft: -4, gap: 4 } } } },
    MuiTable: { defaultProps: { size: 'small' } },
    MuiTableCell: {
      styleOverrides: {
        root: { borderColor: 'var(--mui-palette-divider)', paddingBlock: 9 },
        head: { fontSize: 12, fontWeight: 600, color: 'var(--mui-palette-text-secondary)', whiteSpace: 'nowrap', backgroundColor: 'transparent' },
      },
    },
    MuiChip: { defaultProps: { size: 'small' }, styleOverrides: { root: { borderRadius: RADIUS, fontWeight: 550 }, outlined: { borderColor: 'var(--mui-palette-divider)' } } },
    MuiTooltip: { defaultProps: { arrow: true, enterDelay: 300, describeChild: true }, styleOverrides: { tooltip: { fontSize: 12 } } },
    MuiAlert: {
      styleOverrides: {
        // On a phone a button beside the text would leave no room for either.
        root: { borderRadius: RADIUS, '@media (max-width: 599px)': { '&:has(.MuiAlert-action .MuiButton-root)': { flexWrap: 'wrap' } } },
        message: { minWidth: 0, flex: '1 1 0' },
        action: { '@media (max-width: 599px)': { '&:has(.MuiButton-root)': { flexBasis: '100%', justifyContent: 'flex-end', paddingTop: 0 } } },
      },
    },
    MuiDialog: { styleOverrides: { paperFullScreen: { borderRadius: '0 !important', border: '0 !important' }, paper: { borderRadius: RADIUS + 4, border: '1px solid var(--mui-palette-divider)' } } },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: 16, fontWeight: 650 } } },
    MuiLink: { styleOverrides: { root: { textUnderlineOffset: '2px', textDecorationThickness: '1px' } } },
    MuiLinearProgress: { styleOverrides: { root: { borderRadius: RADIUS, height: 6 } } },
    MuiSkeleton: { defaultProps: { animation: 'wave' }, styleOverrides: { root: { backgroundColor: 'var(--mui-palette-action-hover)' } } },
  },
})
