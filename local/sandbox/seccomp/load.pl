# Loads a system call filter and becomes the command. $1: the filter in hexadecimal. $2: the number of `seccomp` on this
# architecture. The rest: the command. It is Perl, because every Debian has it and it can make any system call.
# The caller has the right to load a filter (CAP_SYS_ADMIN in its user namespace), so `no_new_privs` is not set: with it,
# `su` and `sudo` would not work in the container.
my ($filter, $number, @command) = @ARGV;
delete $ENV{PERL_BADLANG};
# What the caller of the pipeline has open, such as a runner of CI, is not for the code of a project. The number of `close`
# follows from the architecture.
if (opendir(my $open, "/proc/self/fd")) {
  my @descriptors = grep { /^\d+$/ && $_ > 2 } readdir($open);
  closedir($open);
  syscall($number == 317 ? 3 : 57, $_ + 0) for @descriptors;
}
my $bytes = pack("H*", $filter);
# struct sock_fprog: a count, and after padding a pointer to the instructions.
my $program = pack("S x![P] P", length($bytes) / 8, $bytes);
# 1: SECCOMP_SET_MODE_FILTER. 4: SECCOMP_FILTER_FLAG_SPEC_ALLOW: without it, older kernels slow down the whole process.
if (syscall($number, 1, 4, $program) != 0) {
  print STDERR "The kernel refuses the system call filter: $!\n";
  exit 125;
}
exec { $command[0] } @command;
print STDERR "$command[0] cannot be started: $!\n";
exit 126;
