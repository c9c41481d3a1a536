import { InFlight, Slots } from "../base/scheduler.ts";
import type { Images, ResolvedImage } from "../images/types.ts";
import type { Sandbox } from "../sandbox/types.ts";
import type { Store } from "../store/types.ts";
import type { Activities } from "./activities.ts";
import type { Caller } from "./caller.ts";
import type { Secrets } from "./secrets.ts";
import { Services } from "./services.ts";

/** Everything that the operations of one engine process share. */
export class Session {
  readonly inFlight = new InFlight();
  /** Limits how many commands run side by side. Services do not count. */
  readonly slots = new Slots();
  readonly services: Services;
  /** The images that this session has resolved. A reference means the same image from beginning to end. */
  readonly resolved = new Map<string, Promise<ResolvedImage>>();
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly images: Images;
  readonly secrets: Secrets;
  readonly activities: Activities;
  readonly caller: Caller;

  constructor(parts: SessionParts) {
    this.store = parts.store;
    this.sandbox = parts.sandbox;
    this.images = parts.images;
    this.secrets = parts.secrets;
    this.activities = parts.activities;
    this.caller = parts.caller;
    this.services = new Services(this);
  }

  /** Stops the services and closes what the session has opened. */
  async close(): Promise<void> {
    await this.services.close();
    await this.sandbox.close();
    await this.store.close();
  }
}

export interface SessionParts {
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly images: Images;
  readonly secrets: Secrets;
  readonly activities: Activities;
  readonly caller: Caller;
}
