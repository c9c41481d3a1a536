/** The architectures that the filter is for, as Node names them. */
export const architectures = ["x64", "arm64"] as const;

export type Architecture = (typeof architectures)[number];

/** A system call's number on each architecture; absent where it does not have the call. */
type Numbers = Readonly<Partial<Record<Architecture, number>>>;

const both = (x64: number, arm64: number): Numbers => ({ x64, arm64 });
/** Calls that came after 2019 have the same number everywhere. */
const same = (number: number): Numbers => ({ x64: number, arm64: number });
const intel = (x64: number): Numbers => ({ x64 });

/**
 * Calls that are refused whatever their arguments are: those that Docker's default profile refuses to a container with the
 * same capabilities. Left out are calls that no kernel has any more, and those that set the memory policy of the caller
 * itself: numeric libraries warn when they may not. `ptrace` and its kind are allowed, as in Docker: they reach processes of
 * the same container only, and debuggers and profilers need them.
 */
export const refused: Readonly<Record<string, Numbers>> = {
  // Mounts: the container's root is put together from outside.
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

  // Keys and key rings know nothing of namespaces: a container would see those of the host's user.
  add_key: both(248, 217),
  request_key: both(249, 218),
  keyctl: both(250, 219),

  // Parts of the kernel with many flaws in the past that builds and training do without.
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

/** The flags of `clone` and `unshare` that make namespaces: all but that of time, whose bit means a signal to `clone`. */
const newNamespaces = 0x7e02_0000;
const newTime = 0x80;

/** When a call is refused by its first argument. */
export type Condition =
  /** When it has any of these bits. */
  { readonly anyOf: number } | { readonly equals: number } | { readonly noneOf: readonly number[] };

/** Calls that are refused for some arguments. */
export const refusedSometimes: Readonly<Record<string, { readonly numbers: Numbers; readonly when: Condition }>> = {
  clone: { numbers: both(56, 220), when: { anyOf: newNamespaces } },
  unshare: { numbers: both(272, 97), when: { anyOf: newNamespaces | newTime } },
  // Linux as it is, with 32-bit names, with an old version's name, both; and the question which it is.
  personality: { numbers: both(135, 92), when: { noneOf: [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff] } },
  // Sockets of the kind that leads to the host of a virtual machine.
  socket: { numbers: both(41, 198), when: { equals: 40 } },
};

/**
 * Calls that are said not to exist, so that programs take an older one: the arguments of `clone3` are in memory, where a
 * filter cannot look.
 */
export const absent: Readonly<Record<string, Numbers>> = { clone3: same(435) };

/** The last call that this table was made with (`file_setattr`, Linux 6.17). Later ones are said not to exist. */
export const newest = 469;
