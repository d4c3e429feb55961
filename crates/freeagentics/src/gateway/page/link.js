// The connection: binary events in, JSON commands out, reconnecting with patience.

const KIND = { step: 0x42, world: 0x43, stats: 0x44, lagged: 0x45 };
const NOWHERE = 0xffffffff;

/** Reads one binary event; see docs/protocol.md. */
function decode(buffer) {
  const view = new DataView(buffer);
  const big = (at) => Number(view.getBigUint64(at, true));
  switch (view.getUint8(0)) {
    case KIND.step: return decodeStep(view, big);
    case KIND.world: {
      const width = view.getUint16(9, true);
      const height = view.getUint16(11, true);
      const start = 21 + width * height;
      const cells = new Uint16Array((view.byteLength - start) / 2);
      for (let i = 0; i < cells.length; i++) cells[i] = view.getUint16(start + 2 * i, true);
      const colours = new Uint8Array(buffer, 21, width * height);
      return { type: "world", tick: big(1), width, height, agents: big(13), colours, cells };
    }
    case KIND.stats: return {
      type: "stats",
      messages: view.getFloat64(1, true),
      steps: view.getFloat64(9, true),
      meanEnergy: view.getFloat64(17, true),
      connections: big(25),
      agents: big(33),
    };
    default: return { type: "other" };
  }
}

function decodeStep(view, big) {
  let at = 25;
  const indices = () => {
    const list = [];
    for (let n = view.getUint8(at++); n > 0; n--, at += 4) list.push(view.getUint32(at, true));
    return list;
  };
  const observation = indices();
  const action = indices();
  const belief = new Float32Array(view.getUint32(at, true));
  for (let i = 0; i < belief.length; i++) belief[i] = view.getFloat32(at + 4 + 4 * i, true);
  const position = view.getUint32(21, true);
  return {
    type: "step", agent: big(1), tick: big(9), energy: view.getFloat32(17, true),
    position: position === NOWHERE ? null : position, observation, action, belief,
  };
}

/** A binary command about one topic: operation, no id, topic. */
function topicCommand(operation, topic) {
  const name = new TextEncoder().encode(topic);
  const bytes = new Uint8Array(6 + name.length);
  bytes[0] = operation;
  bytes[5] = name.length;
  bytes.set(name, 6);
  return bytes;
}

class Link {
  constructor({ onEvent, onState }) {
    Object.assign(this, { onEvent, onState, topics: new Set(), patience: 250, token: this.storedToken() });
    this.open();
  }

  storedToken() {
    const shown = new URLSearchParams(location.hash.slice(1)).get("token");
    return shown ?? "";
  }

  open() {
    const url = new URL("ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.hash = "";
    const protocols = this.token ? ["freeagentics.v1", `bearer.${this.token}`] : ["freeagentics.v1"];
    const socket = new WebSocket(url, protocols);
    socket.binaryType = "arraybuffer";
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.patience = 250;
      this.onState("live", "live");
      for (const topic of this.topics) socket.send(topicCommand(0x02, topic));
    };
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") this.onEvent(decode(data));
    };
    socket.onclose = ({ reason }) => {
      // A refused upgrade and a server that is gone look the same to a page: ask which.
      if (!opened) return this.explain();
      this.retry(reason || "connection lost");
    };
    this.socket = socket;
  }

  async explain() {
    try {
      const health = await fetch("health");
      this.onState(health.ok ? "refused" : "lost", health.ok ? "a token is needed" : "server unwell");
      if (!health.ok) this.retry("server unwell");
    } catch {
      this.retry("server unreachable");
    }
  }

  retry(why) {
    this.onState("lost", `${why}; trying again …`);
    setTimeout(() => this.open(), this.patience);
    this.patience = Math.min(this.patience * 2, 8000);
  }

  withToken(token) {
    this.token = token;
    this.open();
  }

  subscribe(topic) {
    this.topics.add(topic);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(topicCommand(0x02, topic));
  }

  unsubscribe(topic) {
    this.topics.delete(topic);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(topicCommand(0x03, topic));
  }
}
