/** Listens on ports of its network's loopback and hands each connection to its parent, which is in another network. */
import { createServer } from "node:net";

const listening = process.argv
  .slice(2)
  .map(Number)
  .map(
    (port) =>
      new Promise<void>((resolve, reject) => {
        // The parent reads what the client sends, so nothing of it may be read here.
        createServer({ pauseOnConnect: true }, (client) => process.send?.(port, client))
          .once("error", reject)
          .listen(port, "127.0.0.1", resolve);
      }),
  );
await Promise.all(listening);
process.send?.("listening");
process.on("disconnect", () => process.exit());
