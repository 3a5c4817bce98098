import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Template } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { GRANTS, grantLabel } from '@/config/grants'
import { useGrant } from '@/features/templates/api/templates'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Chips for what a template was granted; nothing for one without grants. */
export function GrantChips({ template, icon }: { template: Template; icon?: React.ReactElement }) {
  return GRANTS.filter((grant) => template[grant.field]).map((grant) => (
    <Chip key={grant.value} icon={icon} variant="outlined" color="warning" label={grant.label} />
  ))
}

/** What runs of this template may do beyond what every run may; only administrators change it. */
export function TemplateGrants({ template, version }: { template: Template; version: { number: number; grants: readonly string[] } }) {
  const [asking, setAsking] = useState<(typeof GRANTS)[number]>()
  const grant = useGrant(template.id)
  const mayChange = template.can.includes('grant')
  const held = GRANTS.filter((one) => template[one.field])
  const waiting = held.filter((one) => !version.grants.includes(one.value))
  const failed = (error: unknown) => toast(messageOf(error), 'error')
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {GRANTS.map((one) => (
        <Box key={one.value}>
          <FormControlLabel
            control={
              <Switch
                checked={template[one.field]}
                disabled={!mayChange || grant.isPending}
                onChange={(_, checked) => (checked ? setAsking(one) : grant.mutate({ [one.field]: false }, { onError: failed }))}
              />
            }
            label={template[one.field] ? one.label : one.without}
          />
          <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
            {one.meaning}
          </Typography>
        </Box>
      ))}
      {waiting.length > 0 && (
        <Alert
          severity="warning"
          variant="outlined"
          action={
            mayChange && (
              <Button color="inherit" size="small" onClick={() => grant.mutate(Object.fromEntries(held.map((one) => [one.field, true])), { onError: failed })}>
                Confirm
              </Button>
            )
          }
        >
          Version {version.number} was uploaded after this was allowed, so its runs go without: {waiting.map((one) => grantLabel(one.value)).join(', ')}.
          {!mayChange && ' An administrator of the platform can confirm it.'}
        </Alert>
      )}
      {!mayChange && (
        <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
          Only an administrator of the platform can change this.
        </Typography>
      )}
      <ConfirmDialog
        open={asking !== undefined}
        danger={false}
        title={`Allow this? ${asking?.label ?? ''}`}
        confirm="Allow"
        onConfirm={() => grant.mutateAsync(asking ? { [asking.field]: true } : {})}
        onClose={() => setAsking(undefined)}
      >
        {asking?.risk} It holds for the versions there are now. Allow it only if you have read the code and trust it.
      </ConfirmDialog>
    </Box>
  )
}
