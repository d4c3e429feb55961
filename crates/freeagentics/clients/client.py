"""Spawns an explorer, shows it observations, prints what it makes of them. Python 3.8 or later, nothing to install."""

import base64, json, os, socket, struct

ADDRESS = os.environ.get("FREEAGENTICS_ADDRESS", "127.0.0.1:8787")
TOKEN = os.environ.get("FREEAGENTICS_TOKEN", "")


class Gateway:
    def __init__(self, address, token):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.reader = self.socket.makefile("rb")
        self.last_id = 0
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /ws HTTP/1.1", f"Host: {address}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        status = self.reader.readline().decode().strip()
        if " 101 " not in status:
            raise ConnectionError(f"refused: {status}")
        while self.reader.readline() != b"\r\n":
            pass

    def send_frame(self, opcode, payload):
        mask = os.urandom(4)
        length = len(payload)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        elif length < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", length)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", length)
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def receive(self):
        """The next message; pings are answered on the way."""
        while True:
            opcode, length = self.reader.read(2)
            opcode &= 0x0F
            if length == 126:
                (length,) = struct.unpack(">H", self.reader.read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.reader.read(8))
            payload = self.reader.read(length)
            if opcode == 0x1:
                return json.loads(payload)
            if opcode == 0x8:
                raise ConnectionError(f"closed: {struct.unpack('>H', payload[:2])[0]} {payload[2:].decode()}")
            if opcode == 0x9:
                self.send_frame(0xA, payload)

    def ask(self, command, **fields):
        """Sends a command and waits for its reply; events that come in between are printed."""
        self.last_id += 1
        self.send_frame(0x1, json.dumps({"type": command, "id": self.last_id, **fields}).encode())
        while True:
            message = self.receive()
            if message.get("id") == self.last_id:
                if message["type"] == "error":
                    raise RuntimeError(message["message"])
                return message
            print("event:", message["type"], "of agent", message.get("agent"))


gateway = Gateway(ADDRESS, TOKEN)
print("connected to", gateway.receive()["server"])
agent = gateway.ask("spawn", count=1)["agents"][0]
gateway.ask("subscribe", topics=[f"agent/{agent}"])
for outcome in (2, 2, 0):
    report = gateway.ask("observe", agent=agent, observation=[outcome])
    belief = report["belief"]
    likely = max(range(len(belief)), key=belief.__getitem__)
    print(f"agent {agent} saw {outcome}, acts {report['action'][0]}, most likely in cell {likely} ({belief[likely]:.0%})")
gateway.send_frame(0x8, struct.pack(">H", 1000))
