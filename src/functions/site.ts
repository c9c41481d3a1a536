import type { GpuMode } from "../containers/gpu.ts";
import type { ClusterAccess, DvcAccess, RegistryAccess, SiteSettings } from "../context/access.ts";
import type { OnBudget } from "../cost/settings.ts";
import type { StoreAccess } from "../store/store.ts";
import type { TrackingAccess } from "../tracking/tracker.ts";
import type { Webhook } from "./tell.ts";

/** What a site sets once, for all functions: the arguments of the module's constructor. */
export interface Site extends SiteSettings {
  readonly gpu: GpuMode;
  readonly registry: RegistryAccess;
  readonly dvc: DvcAccess;
  readonly cluster: ClusterAccess;
  readonly store: StoreAccess;
  readonly tracking: TrackingAccess;
  /** What becomes of a run that would go beyond its budget. */
  readonly onBudget?: OnBudget | undefined;
  /** Where deploys, ways back and approvals that are needed are told. */
  readonly webhook?: Webhook | undefined;
}
