import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Conversion } from '@/api/types'
import { formatsQuery, startConversion } from '@/features/datasets/api/formats'
import { FormatSelect } from '@/features/datasets/components/format-select'
import { messageOf } from '@/lib/errors'
import { bytes } from '@/lib/format'

/** A label file, or a ZIP of them, and what it should become. */
export function ConvertForm({ onStarted }: { onStarted: (conversion: Conversion) => void }) {
  const [file, setFile] = useState<File | null>(null)
  const [source, setSource] = useState('')
  const [target, setTarget] = useState('coco')
  const [withImages, setWithImages] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const formats = useQuery(formatsQuery())
  const start = useMutation({ mutationFn: startConversion, onSuccess: onStarted })
  const format = formats.data?.find((one) => one.key === target)
  const isZip = file?.name.toLowerCase().endsWith('.zip') ?? false
  return (
    <Box
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (file) start.mutate({ file, source, target, withImages: withImages && isZip })
      }}
    >
      <Box
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          setFile(event.dataTransfer.files.item(0))
        }}
        sx={{ border: 2, borderStyle: 'dashed', borderColor: 'divider', borderRadius: 1, p: 5, textAlign: 'center', bgcolor: 'background.default', overflowWrap: 'anywhere' }}
      >
        <input ref={input} type="file" hidden aria-label="Label file" onChange={(event) => setFile(event.target.files?.item(0) ?? null)} />
        <Typography sx={{ fontWeight: 600 }}>{file ? `${file.name}, ${bytes(file.size)}` : 'Drop a label file here'}</Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 3 }}>
          {file ? 'Another one takes its place.' : 'or a ZIP of them. YOLO needs the images in it, too: its coordinates are shares of their size.'}
        </Typography>
        <Button variant="outlined" onClick={() => input.current?.click()}>
          Choose a file
        </Button>
      </Box>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' }, gap: { xs: 2, sm: 4 }, mt: 3 }}>
        <FormatSelect label="From" value={source} onChange={setSource} none="Find out" />
        <FormatSelect label="To" value={target} onChange={setTarget} />
      </Box>
      <Typography variant="body2" sx={{ color: 'text.secondary', mt: 2 }}>
        {format?.summary}
      </Typography>
      {isZip && target !== 'folders' && (
        <FormControlLabel control={<Checkbox checked={withImages} onChange={(event) => setWithImages(event.target.checked)} />} label="Put the images into the result" />
      )}
      {start.isError && (
        <Alert severity="error" sx={{ mt: 3 }}>
          {messageOf(start.error)}
        </Alert>
      )}
      <Button type="submit" variant="contained" disabled={!file} loading={start.isPending} sx={{ mt: 4 }}>
        Convert
      </Button>
    </Box>
  )
}
