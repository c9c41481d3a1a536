/** Whether HOST or HOST:PORT is on this machine, where plain http is as good as https. */
export const isLocal = (host: string): boolean =>
  /^(?:(?:[\w-]+[.])*localhost|127(?:[.]\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);

/**
 * What to do about an address that does not answer where containers ask it and it is on a loopback, as that of kind, minikube or k3d
 * is: that is the container's own. Empty for any other address.
 *
 * @param detail what came instead of an answer
 */
export function loopbackHint(address: string, detail = ""): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isLocal(url.hostname)) return "";
  const port = url.port || (url.protocol === "http:" ? "80" : "443");
  // Containers have that port of the machine at the loopback of IPv4 alone.
  const place = url.hostname === "[::1]" ? " at 127.0.0.1" : "";
  // A port of a container's own loopback refuses; what leads to this machine takes the connection, and ends it where nothing is behind it.
  if (/closed|reset|EOF/i.test(detail)) {
    return ` Where ML_PIPELINE_HOST_PORTS=${port} is set, this is what comes when nothing listens on port ${port} of this machine's 127.0.0.1.`;
  }
  return ` ${url.hostname} is the container's own: the included engine lets it reach that port of this machine${place} where ML_PIPELINE_HOST_PORTS=${port} is set, and a Dagger engine needs an address of the machine that is not its loopback.`;
}

/** The same of a registry's HOST:PORT, which the included engine asks from the machine itself, and the Dagger engine from a container. */
export const registryHint = (host: string): string =>
  isLocal(host)
    ? "; on a Dagger engine that is the container's own: name the registry by an address that containers reach"
    : "";
