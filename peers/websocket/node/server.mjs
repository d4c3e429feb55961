// node's ws as its documentation shows it. Ends when standard input does.
import { WebSocketServer } from "ws";

const subscribers = new Set();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096 });

server.on("listening", () => console.log(`127.0.0.1:${server.address().port}`));
server.on("connection", (socket) => {
  socket.send(JSON.stringify({ type: "welcome" }));
  socket.on("close", () => subscribers.delete(socket));
  socket.on("message", (data) => {
    const text = data.toString();
    const { type, id, topic, payload } = JSON.parse(text);
    if (type === "echo") socket.send(text);
    if (type === "subscribe") {
      subscribers.add(socket);
      socket.send(JSON.stringify({ type: "subscribed", id }));
    }
    if (type === "publish") {
      const event = JSON.stringify({ type: "message", topic, payload });
      for (const subscriber of subscribers) subscriber.send(event);
      socket.send(JSON.stringify({ type: "published", id, receivers: subscribers.size }));
    }
  });
});
process.stdin.on("end", () => process.exit(0)).resume();
