import type { RunState } from '@/api/types'

export type Tone = 'neutral' | 'info' | 'primary' | 'warning' | 'success' | 'error'

interface StateWords {
  label: string
  tone: Tone
  /** Said under the state where there is room. */
  meaning: string
}

/** One word, one tone and one meaning per state, used on every page. */
export const STATES: Record<RunState, StateWords> = {
  queued: { label: 'Queued', tone: 'neutral', meaning: 'Accepted; the supervisor will pick it up.' },
  building: { label: 'Building', tone: 'info', meaning: 'The image of this template version is being built. This happens once.' },
  waiting: { label: 'Waiting', tone: 'warning', meaning: 'Waits until CPUs, memory and GPUs are free.' },
  starting: { label: 'Starting', tone: 'info', meaning: 'Data and configuration are put in place.' },
  running: { label: 'Running', tone: 'primary', meaning: 'The training runs.' },
  stopping: { label: 'Stopping', tone: 'warning', meaning: 'The training was asked to stop and gets time to save its work.' },
  collecting: { label: 'Collecting', tone: 'info', meaning: 'Score and model files are being taken out.' },
  succeeded: { label: 'Succeeded', tone: 'success', meaning: 'Ended well.' },
  failed: { label: 'Failed', tone: 'error', meaning: 'Ended with an error.' },
  stopped: { label: 'Stopped', tone: 'neutral', meaning: 'Stopped by a member.' },
  lost: { label: 'Lost', tone: 'error', meaning: 'The platform lost sight of it; its end is unknown.' },
}

export const RUN_STATES = Object.keys(STATES) as RunState[]
const FINAL = new Set<RunState>(['succeeded', 'failed', 'stopped', 'lost'])
export const isFinal = (state: RunState): boolean => FINAL.has(state)
