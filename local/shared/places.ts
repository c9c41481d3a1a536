import type { Address } from "./address.ts";
import type { Place } from "./place.ts";

/** Opens a place. What speaks to registries is loaded only for them. */
export async function openPlace(name: string, address: Address): Promise<Place> {
  if (address.kind === "folder") {
    const { folderPlace } = await import("./folder.ts");
    return folderPlace(name, address.path);
  }
  const { RegistryPlace } = await import("./registry.ts");
  return new RegistryPlace(name, address.reference);
}
