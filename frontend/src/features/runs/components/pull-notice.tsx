import Alert from '@mui/material/Alert'
import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import { useQuery } from '@tanstack/react-query'
import { datasetCvatQuery } from '@/features/cvat/api/cvat'

interface Props {
  dataset: number
  pull: boolean
  onChange: (pull: boolean) => void
}

/** Says, where a run is started, that its data set's annotations come from CVAT first; nothing for one that is not linked. */
export function PullNotice({ dataset, pull, onChange }: Props) {
  const link = useQuery(datasetCvatQuery(dataset)).data?.link
  if (!link?.ready) return null
  const where = `${link.kind} ${link.remote_id ?? ''} on ${link.server.name}`
  return (
    <Alert severity="info" icon={false}>
      <FormControlLabel control={<Switch checked={pull} onChange={(_, on) => onChange(on)} />} label="Pull from CVAT first" />
      <br />
      {pull
        ? `The run waits for the annotations of ${where} and trains on those. If they cannot be pulled, it does not start.`
        : `The run trains on the data set as it is here now; what was drawn since in ${where} is left out.`}
    </Alert>
  )
}
