// Runs before the first paint, so that a dark page never flashes white. A file of its own: the policy forbids inline script.
;(function () {
  var mode = 'system'
  try {
    mode = localStorage.getItem('trainyard-mode') || 'system'
  } catch (e) {
    // Storage may be switched off; the system's choice is good enough.
  }
  var dark = mode === 'dark' || (mode === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-scheme', dark ? 'dark' : 'light')
})()
