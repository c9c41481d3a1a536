/** A port on which a container's process listens. */
export interface Port {
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
  readonly description?: string;
  readonly experimentalSkipHealthcheck: boolean;
}
