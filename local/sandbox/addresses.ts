/** A range of IPv4 addresses as whole numbers. */
interface Range {
  readonly first: number;
  readonly last: number;
}

const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

/** Destinations of `/proc/net/route`: hexadecimal, least significant byte first. The default route is everywhere: left out. */
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

/** The addresses of name servers in a `resolv.conf`. */
const nameServers = (resolver: string): readonly Range[] =>
  [...resolver.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map(([, address = ""]) => {
    const one = number(address);
    return { first: one, last: one };
  });

/** A network `10.N.0.0/16` that is nobody's on this host. Throws when all are taken. */
export function freeNetwork(routeTable: string, resolver: string): number {
  const taken = [...routes(routeTable), ...nameServers(resolver)];
  // From the top: what people choose by hand is at the bottom.
  for (let second = 231; second >= 0; second--) {
    const first = number(`10.${second}.0.0`);
    if (!taken.some((range) => range.first <= first + 0xffff && range.last >= first)) return second;
  }
  throw new Error("Every network 10.N.0.0/16 is in use on this host: there is no room for the network of services.");
}

/** Whether something listens on a TCP port for others, by the text of `/proc/net/tcp` or `tcp6`. */
export function listensOn(table: string, port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").some((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address, localPort] = local.split(":");
    return state === "0A" && localPort === hex && !isLoopback(address ?? "");
  });
}

/** 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/8, each as the kernel prints it on a little-endian machine. */
const isLoopback = (hex: string): boolean =>
  hex.length === 8
    ? hex.endsWith("7F")
    : hex === "00000000000000000000000001000000" || (hex.startsWith("0000000000000000FFFF0000") && hex.endsWith("7F"));
