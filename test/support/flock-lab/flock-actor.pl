# Plays one p4d command: takes real flocks on dummy db.* files in the given order, three attempts without blocking
# first, and reports what it waited and held. Arguments: folder, delay in ms, then steps:
#   R:db.rev  W:db.rev   take a lock (consecutive ones are one lock set)
#   work:400             keep them for 400 ms
#   release              let all go
# Prints one line of key=value pairs, then `object mode wait held` per lock, all in ms.
use strict;
use warnings;
use Fcntl qw(:flock);
use Time::HiRes qw(time sleep);

my ($folder, $delay, @steps) = @ARGV;
sleep($delay / 1000);
my $start = time;
my (%open, %got, %waited, %held, @order);
my $wedged = 0;

sub ms { return int(1000 * $_[0]) }

sub take_set {
  my @wants = @_;
  for my $try (1 .. 3) {
    my $all = 1;
    for my $want (@wants) {
      my ($mode, $name) = split /:/, $want;
      open($open{$name}, '+<', "$folder/$name") or die "$name: $!" unless $open{$name};
      next if flock($open{$name}, ($mode eq 'R' ? LOCK_SH : LOCK_EX) | LOCK_NB);
      $all = 0;
      last;
    }
    if ($all) { $got{(split /:/)[1]} = time for @wants; return }
    flock($_, LOCK_UN) for values %open;
  }
  $wedged = 1;
  for my $want (@wants) {
    my ($mode, $name) = split /:/, $want;
    open($open{$name}, '+<', "$folder/$name") or die "$name: $!" unless $open{$name};
    my $asked = time;
    flock($open{$name}, $mode eq 'R' ? LOCK_SH : LOCK_EX) or die "$name: $!";
    $got{$name} = time;
    $waited{$name} += $got{$name} - $asked;
  }
}

sub release_all {
  for my $name (keys %got) { $held{$name} += time - $got{$name}; flock($open{$name}, LOCK_UN) }
  %got = ();
}

my @set;
for my $step (@steps) {
  if ($step =~ /^[RW]:/) { push @set, $step; push @order, $step; next }
  take_set(splice @set) if @set;
  if ($step =~ /^work:(\d+)$/) { sleep($1 / 1000) }
  else { release_all() }
}
release_all();
printf "pid=%d start=%d end=%d wedged=%d\n", $$, ms($start), ms(time), $wedged;
for my $want (@order) {
  my ($mode, $name) = split /:/, $want;
  printf "%s %s %d %d\n", $name, $mode, ms($waited{$name} // 0), ms($held{$name} // 0);
}
