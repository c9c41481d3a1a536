import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signatureHeaders } from "../../../src/delivery/webhook-signature.ts";

const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", time: 1614265330, body: '{"test": 2432232314}' };

test("a message is signed as the example of Standard Webhooks is", () => {
  expect(signatureHeaders("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("a key that is any text is its letters, without the end of a line", () => {
  const expected = createHmac("sha256", "grün")
    .update(`${message.id}.${message.time}.${message.body}`)
    .digest("base64");
  expect(signatureHeaders("grün\n", message)["webhook-signature"]).toBe(`v1,${expected}`);
});

test("another body, time or id has another signature", () => {
  const of = (changes: object) => signatureHeaders("key", { ...message, ...changes })["webhook-signature"];
  const all = [{}, { body: "{}" }, { time: 1 }, { id: "msg_1" }].map(of);
  expect(new Set(all).size).toBe(all.length);
});
