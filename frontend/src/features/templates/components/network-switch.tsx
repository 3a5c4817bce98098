import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Template } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useAllowNetwork } from '@/features/templates/api/templates'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Whether runs of this template may reach the network; only administrators change it. */
export function NetworkSwitch({ template, mayChange }: { template: Template; mayChange: boolean }) {
  const [asking, setAsking] = useState(false)
  const allow = useAllowNetwork(template.id)
  return (
    <Box>
      <FormControlLabel
        control={
          <Switch
            checked={template.allow_network}
            disabled={!mayChange || allow.isPending}
            onChange={(_, checked) => (checked ? setAsking(true) : allow.mutate(false, { onError: (error) => toast(messageOf(error), 'error') }))}
          />
        }
        label={template.allow_network ? 'Its runs may use the network' : 'Its runs have no network'}
      />
      <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
        {mayChange ? 'Allow it only for templates that fetch something, such as weights.' : 'Only an administrator of the platform can change this.'}
      </Typography>
      <ConfirmDialog open={asking} danger={false} title="Allow the network?" confirm="Allow" onConfirm={() => allow.mutateAsync(true)} onClose={() => setAsking(false)}>
        Code of this template will be able to reach the network from its container while it sees the data set. Allow it only if you trust the code.
      </ConfirmDialog>
    </Box>
  )
}
