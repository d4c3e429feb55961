// Spawns an explorer, shows it observations, prints what it makes of them.
// Browsers, Deno, Bun, Node 22 or later as it is; Node 20 and 21 with `node --experimental-websocket`.

const env = globalThis.process?.env ?? {};
const address = env.FREEAGENTICS_ADDRESS ?? "127.0.0.1:8787";
const token = env.FREEAGENTICS_TOKEN ?? "";

class Gateway {
  constructor(address, token) {
    this.waiting = new Map();
    this.lastId = 0;
    // Browsers cannot set headers: the token travels as a subprotocol, beside the one to be confirmed.
    this.socket = new WebSocket(`ws://${address}/ws`, token ? ["freeagentics.v1", `bearer.${token}`] : ["freeagentics.v1"]);
    this.welcome = new Promise((resolve, reject) => {
      this.socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "welcome") resolve(message);
        else this.receive(message);
      };
      this.socket.onclose = ({ code, reason }) => {
        const error = new Error(`closed: ${code} ${reason}`);
        reject(error);
        for (const { fail } of this.waiting.values()) fail(error);
      };
    });
  }

  receive(message) {
    const asked = this.waiting.get(message.id);
    if (!asked) return console.log("event:", message.type, "of agent", message.agent);
    this.waiting.delete(message.id);
    if (message.type === "error") asked.fail(new Error(message.message));
    else asked.done(message);
  }

  ask(type, fields) {
    const id = ++this.lastId;
    this.socket.send(JSON.stringify({ type, id, ...fields }));
    return new Promise((done, fail) => this.waiting.set(id, { done, fail }));
  }
}

const gateway = new Gateway(address, token);
console.log("connected to", (await gateway.welcome).server);
const [agent] = (await gateway.ask("spawn", { count: 1 })).agents;
await gateway.ask("subscribe", { topics: [`agent/${agent}`] });
for (const outcome of [2, 2, 0]) {
  const { action, belief } = await gateway.ask("observe", { agent, observation: [outcome] });
  const likely = belief.indexOf(Math.max(...belief));
  const percent = Math.round(belief[likely] * 100);
  console.log(`agent ${agent} saw ${outcome}, acts ${action[0]}, most likely in cell ${likely} (${percent}%)`);
}
gateway.socket.close(1000);
