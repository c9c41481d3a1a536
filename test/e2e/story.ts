/** A step of a story, on either engine. Each stands on those before it. */
export interface Step<Site> {
  readonly name: string;
  readonly run: (site: Site) => Promise<void>;
}
