export interface PickedFile {
  /** Path below what was dropped, with forward slashes. */
  name: string
  file: File
}

/** Files that systems leave behind in folders; nobody means to upload them. */
const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*|__MACOSX\/.*)$/

const wanted = (picked: PickedFile[]): PickedFile[] => picked.filter(({ name }) => !LITTER.test(name))

/** The files of an input, with their folders when a folder was chosen. */
export function filesFromInput(list: FileList | null): PickedFile[] {
  return wanted([...(list ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file })))
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject))

const batchOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject))

async function walk(entry: FileSystemEntry, into: PickedFile[]): Promise<void> {
  if (entry.isFile) {
    into.push({ name: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry as FileSystemFileEntry) })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (let batch = await batchOf(reader); batch.length > 0; batch = await batchOf(reader)) {
    for (const child of batch) await walk(child, into)
  }
}

/** Everything that was dropped, folders opened. */
export async function filesFromDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  // Entries must be taken before the first await: the list is emptied when the event ends.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return filesFromInput(transfer.files)
  const found: PickedFile[] = []
  for (const entry of entries) await walk(entry, found)
  return wanted(found)
}
