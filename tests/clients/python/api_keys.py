"""api_keys.py HOST:PORT: the API keys that a broker's ApiVersions names, on one line."""

import socket
import struct
import sys

API_VERSIONS = 18


def receive(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise ConnectionError("closed in the middle of an answer")
        data += more
    return data


def api_keys(address):
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        request = struct.pack(">hhih", API_VERSIONS, 0, 1, -1)
        connection.sendall(struct.pack(">i", len(request)) + request)
        [size] = struct.unpack(">i", receive(connection, 4))
        answer = receive(connection, size)
    _, error, count = struct.unpack_from(">ihi", answer)
    if error:
        raise RuntimeError(f"ApiVersions error {error}")
    return [struct.unpack_from(">hhh", answer, 10 + 6 * i)[0] for i in range(count)]


print(*api_keys(sys.argv[1]))
