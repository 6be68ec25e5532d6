/** What an archive may cost. Each limit is far above honest images and far below what hurts a host. */
export interface TarLimits {
  /** Entries of one archive. The largest images seen hold about a million files. */
  entries: number;
  /** Components of one path. Linux takes paths of 4095 bytes, so 2048; nobody nests so deep on purpose. */
  depth: number;
  /** Bytes of one path, PATH_MAX - 1. */
  pathBytes: number;
  /** Bytes of one component, NAME_MAX. */
  nameBytes: number;
  /** Bytes of one pax header or GNU long name (Go's archive/tar takes 1 MiB as well). */
  extensionBytes: number;
  /** Bytes of one extended attribute's value, XATTR_SIZE_MAX. */
  xattrBytes: number;
  /** Logical bytes of one file, holes included: a sparse file of 8 EiB fits into one block. */
  fileBytes: number;
  /** Logical bytes of all files together. */
  totalBytes: number;
  /** Data regions of one sparse file. */
  sparseRegions: number;
  /** Uncompressed bytes for each compressed one; deflate can reach 1032, root file systems stay below 20. */
  ratio: number;
  /** Uncompressed bytes below which `ratio` does not matter. */
  ratioFloorBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

export const TAR_LIMITS: TarLimits = {
  entries: 10_000_000,
  depth: 1024,
  pathBytes: 4095,
  nameBytes: 255,
  extensionBytes: MIB,
  xattrBytes: 64 * KIB,
  fileBytes: TIB,
  totalBytes: 4 * TIB,
  sparseRegions: 1_000_000,
  ratio: 200,
  ratioFloorBytes: 256 * MIB,
};
