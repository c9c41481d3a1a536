import { connection } from "dagger-sdk";

/** A connection of the SDK's `dag` that is open until it is closed. */
export interface OpenSession {
  close(): Promise<void>;
}

/** Connects `dag` to the engine that the environment names. */
export async function openSession(): Promise<OpenSession> {
  let finish: () => void = () => undefined;
  let connected: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    connected = connection(async () => {
      resolve();
      await new Promise<void>((done) => {
        finish = done;
      });
    });
    connected.catch(reject);
  });
  return {
    close: async () => {
      finish();
      await connected;
    },
  };
}
