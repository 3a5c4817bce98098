/** What an administrator may allow the runs of a template beyond what every run may do. */
export const GRANTS = [
  {
    value: 'network',
    field: 'allow_network',
    label: 'May use the network',
    without: 'No network',
    meaning: 'For templates that fetch something, such as weights.',
    risk: 'Code of this template will be able to reach the network from its container while it sees the data set.',
  },
  {
    value: 'root',
    field: 'allow_root',
    label: 'May act as root in its container',
    without: 'No power of root',
    meaning: 'For images that change owners of files or drop to another user.',
    risk: 'Code of this template will keep five of root’s powers in its container (owners, users, file rights).',
  },
  {
    value: 'fuse',
    field: 'allow_fuse',
    label: 'May mount file systems',
    without: 'No mounts of its own',
    meaning: 'For images that mount storage themselves (s3fs).',
    risk: 'Code of this template will get the capability SYS_ADMIN and /dev/fuse: with these, a fault of the kernel is enough to leave the container.',
  },
] as const

/** A grant in words; the bare word for one that this release does not know. */
export function grantLabel(value: string): string {
  return GRANTS.find((grant) => grant.value === value)?.label.toLowerCase() ?? value
}
