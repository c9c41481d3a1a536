# Loads a system call filter and becomes the command. $1: the filter in hexadecimal. $2: the number of `seccomp` on this
# architecture. The rest: the command. Perl, because it is on every Debian and calls the kernel without a compiled part.
# Whoever starts this has the right to load a filter (CAP_SYS_ADMIN in its user namespace). So the way that anybody has,
# `no_new_privs`, is not taken: `su` and `sudo` would not work in the container any more.
my ($filter, $number, @command) = @ARGV;
delete $ENV{PERL_BADLANG};
my $bytes = pack("H*", $filter);
# struct sock_fprog: a count, and after padding a pointer to the instructions.
my $program = pack("S x![P] P", length($bytes) / 8, $bytes);
# 1: SECCOMP_SET_MODE_FILTER. 4: SECCOMP_FILTER_FLAG_SPEC_ALLOW, without which older kernels slow down all of the process.
if (syscall($number, 1, 4, $program) != 0) {
  print STDERR "The kernel refuses the system call filter: $!\n";
  exit 125;
}
exec { $command[0] } @command;
print STDERR "$command[0] cannot be started: $!\n";
exit 126;
