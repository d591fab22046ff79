/** Where a command came from: `10.60.0.3/10.20.1.7` is the client 10.20.1.7 by way of the proxy (or broker) 10.60.0.3. */
export interface ClientAddress {
  readonly via: string | null;
  readonly client: string;
}

export function clientAddress(ip: string): ClientAddress {
  const cut = ip.indexOf("/");
  return cut < 0 ? { via: null, client: ip } : { via: ip.slice(0, cut), client: ip.slice(cut + 1) };
}

/** The networks that an address belongs to, small ones first; none for `unknown`, `background` and the host itself. */
export function networksOf(client: string): string[] {
  const four = client.split(".");
  if (four.length === 4 && four.every((part) => /^\d{1,3}$/.test(part))) {
    const [a, b, c] = four; // 10.20.1.7
    return a === "127" ? [] : [`${a}.${b}.${c}.0/24`, `${a}.${b}.0.0/16`];
  }
  const six = client.replace(/[[\]]/g, "").split("%", 1)[0]?.toLowerCase() ?? "";
  const groups = six.split("::", 1)[0]?.split(":") ?? [];
  // fe80:: is every link's own; a short prefix tells nothing
  return six.includes(":") && groups.length >= 4 && !six.startsWith("fe80")
    ? [`${groups.slice(0, 4).join(":")}::/64`]
    : [];
}

/** The first address in a message: `Connection from 10.1.2.3:51234 broken.` */
export function addressIn(text: string): string | null {
  const match = /\bfrom (?:tcp\d{0,2}:|ssl\d{0,2}:)?(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]{2,45}\])/.exec(
    text.slice(0, 2000),
  );
  return match?.[1] ?? null;
}
