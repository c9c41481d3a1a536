import type { Place } from "./place.ts";
import type { SharedSettings } from "./settings.ts";

/** What says where a place is. */
export type Where = Pick<SharedSettings, "name" | "address" | "login">;

/** Opens a place. What speaks to registries is loaded only for them. */
export async function openPlace({ name, address, login }: Where): Promise<Place> {
  if (address.kind === "folder") {
    const { folderPlace } = await import("./folder.ts");
    return folderPlace(name, address.path);
  }
  const { RegistryPlace } = await import("./registry.ts");
  return new RegistryPlace(name, address.reference, login);
}
