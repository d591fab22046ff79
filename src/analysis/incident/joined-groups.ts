/**
 * Groups values so that whoever belongs together with a member is in its group: a joins b, b joins c, so all three are
 * one. `keysOf`: two values can only belong together where they have a key in common; all others are not compared.
 * A group that grows moves to the end, as if it were new.
 */
export function joinGroups<T>(
  values: readonly T[],
  keysOf: (value: T) => readonly string[],
  together: (member: T, value: T) => boolean,
): T[][] {
  const withKey = new Map<string, Member<T>[]>();
  let groups = 0;
  const members = values.map((value) => {
    const member: Member<T> = { value, group: { order: 0, members: [] } };
    const hits = new Set<Group<T>>();
    for (const key of new Set(keysOf(value))) {
      const others = withKey.get(key) ?? [];
      for (const other of others) {
        if (!hits.has(other.group) && together(other.value, value)) hits.add(other.group);
      }
      others.push(member);
      withKey.set(key, others);
    }
    member.group = joined([...hits], member, groups++);
    return member;
  });
  const all = new Set(members.map(({ group }) => group));
  return [...all].sort((a, b) => a.order - b.order).map((group) => group.members.map(({ value }) => value));
}

interface Group<T> {
  order: number;
  members: Member<T>[];
}

interface Member<T> {
  readonly value: T;
  group: Group<T>;
}

/** The first of the groups takes in the others, in their order, and the new member. */
function joined<T>(hits: readonly Group<T>[], member: Member<T>, order: number): Group<T> {
  const [home, ...others] = [...hits].sort((a, b) => a.order - b.order);
  if (home === undefined) return { order, members: [member] };
  for (const other of others) {
    for (const one of other.members) {
      one.group = home;
      home.members.push(one);
    }
  }
  home.members.push(member);
  home.order = order;
  return home;
}
