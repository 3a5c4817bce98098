/** Names under which this browser remembers things. */
export const LAST_PROJECT = 'trainyard-project'
export const runDraftKey = (project: number): string => `trainyard-run-draft-${project}`
export const METRIC_VIEW = 'trainyard-metric-view'
