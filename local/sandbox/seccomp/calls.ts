/** The architectures that have a filter, by Node's names. */
export const architectures = ["x64", "arm64"] as const;

export type Architecture = (typeof architectures)[number];

/** The number of a system call on each architecture that has it. */
type Numbers = Readonly<Partial<Record<Architecture, number>>>;

const both = (x64: number, arm64: number): Numbers => ({ x64, arm64 });
/** Calls that were added after 2019 have the same number on all architectures. */
const same = (number: number): Numbers => ({ x64: number, arm64: number });
const intel = (x64: number): Numbers => ({ x64 });

/**
 * Calls that are refused for any arguments: those that Docker's default profile refuses to a container with the same
 * capabilities, with these differences. Calls that kernels no longer have are left out. So are calls that set the
 * memory policy of the caller itself, because numeric libraries warn when these are refused. `ptrace` and its kind are
 * allowed, as in Docker: they only reach processes of the same container, and debuggers and profilers need them.
 */
export const refused: Readonly<Record<string, Numbers>> = {
  // Mounts: the container's root is assembled from outside.
  mount: both(165, 40),
  umount2: both(166, 39),
  pivot_root: both(155, 41),
  open_tree: same(428),
  move_mount: same(429),
  fsopen: same(430),
  fsconfig: same(431),
  fsmount: same(432),
  fspick: same(433),
  mount_setattr: same(442),
  open_tree_attr: same(467),
  quotactl: both(179, 60),
  quotactl_fd: same(443),
  swapon: both(167, 224),
  swapoff: both(168, 225),

  // Other namespaces and other processes.
  setns: both(308, 268),
  open_by_handle_at: both(304, 265),
  kcmp: both(312, 272),
  pidfd_getfd: same(438),
  process_madvise: same(440),
  move_pages: both(279, 239),
  migrate_pages: both(256, 238),
  sethostname: both(170, 161),
  setdomainname: both(171, 162),

  // Key rings have no namespaces: a container would see those of the host's user.
  add_key: both(248, 217),
  request_key: both(249, 218),
  keyctl: both(250, 219),

  // Parts of the kernel that had many flaws and that builds and training do without.
  bpf: both(321, 280),
  perf_event_open: both(298, 241),
  userfaultfd: both(323, 282),
  fanotify_init: both(300, 262),
  io_uring_setup: same(425),
  io_uring_enter: same(426),
  io_uring_register: same(427),
  lookup_dcookie: both(212, 18),
  uselib: intel(134),
  ustat: intel(136),
  sysfs: intel(139),

  // The machine itself.
  reboot: both(169, 142),
  kexec_load: both(246, 104),
  kexec_file_load: both(320, 294),
  init_module: both(175, 105),
  finit_module: both(313, 273),
  delete_module: both(176, 106),
  acct: both(163, 89),
  settimeofday: both(164, 170),
  clock_settime: both(227, 112),
  syslog: both(103, 116),
  vhangup: both(153, 58),
  ioperm: intel(173),
  iopl: intel(172),
};

/**
 * The flags of `clone` and `unshare` that make namespaces. The one of time is separate, because its bit means a signal
 * to `clone`.
 */
const newNamespaces = 0x7e02_0000;
const newTime = 0x80;

/** The first arguments for which a call is refused. */
export type Condition =
  | { readonly anyOf: number }
  | { readonly equals: number }
  | { readonly noneOf: readonly number[] };

/** Calls that are refused for some arguments only. */
export const refusedSometimes: Readonly<Record<string, { readonly numbers: Numbers; readonly when: Condition }>> = {
  clone: { numbers: both(56, 220), when: { anyOf: newNamespaces } },
  unshare: { numbers: both(272, 97), when: { anyOf: newNamespaces | newTime } },
  // Allowed are Linux as it is, with the machine name of 32 bits, with the version of an old kernel, with both, and
  // asking which it is.
  personality: { numbers: both(135, 92), when: { noneOf: [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff] } },
  // Sockets of this family connect a virtual machine to its host.
  socket: { numbers: both(41, 198), when: { equals: 40 } },
};

/**
 * Calls that the filter says do not exist, so that programs use an older one. `clone3` has its arguments in memory,
 * where a filter cannot read them.
 */
export const absent: Readonly<Record<string, Numbers>> = { clone3: same(435) };

/** Calls that set the owner of a file. */
export const owning: Readonly<Record<string, Numbers>> = {
  chown: intel(92),
  fchown: both(93, 55),
  lchown: intel(94),
  fchownat: both(260, 54),
};

/**
 * The newest call when this table was made (`file_setattr`, Linux 6.17). The filter says that later ones do not exist.
 */
export const newest = 469;
