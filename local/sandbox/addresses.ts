/** A range of IPv4 addresses, which are whole numbers here. */
interface Range {
  readonly first: number;
  readonly last: number;
}

const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

/**
 * Reads the destinations of `/proc/net/route`, which are hexadecimal with the least significant byte first. The default
 * route leads everywhere, so it is left out.
 */
function routes(table: string): readonly Range[] {
  const swap = (text: string): number => Buffer.from(text, "hex").reverse().readUInt32BE();
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields.length > 7 && fields[7] !== "00000000")
    .map((fields) => {
      const first = swap(fields[1] ?? "");
      return { first, last: first + (0xffffffff - swap(fields[7] ?? "")) };
    });
}

const nameServers = (resolver: string): readonly Range[] =>
  [...resolver.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map(([, address = ""]) => {
    const one = number(address);
    return { first: one, last: one };
  });

/**
 * Finds a network `10.N.0.0/16` that this host does not use, and gives N.
 * | @throws Error when all are in use
 */
export function freeNetwork(routeTable: string, resolver: string): number {
  const taken = [...routes(routeTable), ...nameServers(resolver)];
  // The search starts at the top, because people tend to choose low numbers by hand.
  for (let second = 231; second >= 0; second--) {
    const first = number(`10.${second}.0.0`);
    if (!taken.some((range) => range.first <= first + 0xffff && range.last >= first)) return second;
  }
  throw new Error("Every network 10.N.0.0/16 is in use on this host: there is no room for the network of services.");
}

/**
 * Says whether something listens on a TCP port at another address than the loopback, by the text of `/proc/net/tcp` or
 * `tcp6`.
 */
export function listensOn(table: string, port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").some((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address, localPort] = local.split(":");
    return state === "0A" && localPort === hex && !isLoopback(address ?? "");
  });
}

/** Recognizes 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/8 as the kernel prints them on a little-endian machine. */
const isLoopback = (hex: string): boolean =>
  hex.length === 8
    ? hex.endsWith("7F")
    : hex === "00000000000000000000000001000000" || (hex.startsWith("0000000000000000FFFF0000") && hex.endsWith("7F"));
