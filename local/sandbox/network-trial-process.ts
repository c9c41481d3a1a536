/** Makes one network of a container in the engine's namespaces (`network-trial-process.ts FOLDER`), and prints why it cannot. */
import { join } from "node:path";
import { Mounter } from "./mounting.ts";
import { OwnNetworks } from "./own-network.ts";

const [folder = ""] = process.argv.slice(2);
try {
  const networks = new OwnNetworks(join(folder, "own"), new Mounter(folder), []);
  await networks.take();
  await networks.close();
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
