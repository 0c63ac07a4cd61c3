// PostGraphile as a library, set up as its documentation says, on the database and the port of the environment.

import { createServer } from "node:http";
import { createRequire } from "node:module";

const { PEER_DATABASE, PEER_PORT, PEER_POOL } = process.env;

// The packages are below the folder in which this runs.
const require = createRequire(`${process.cwd()}/`);
const { postgraphile } = require("postgraphile");
const { makePgService } = require("postgraphile/adaptors/pg");
const { grafserv } = require("postgraphile/grafserv/node");
const { PostGraphileAmberPreset } = require("postgraphile/presets/amber");

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: PEER_DATABASE, poolConfig: { max: Number(PEER_POOL) } })],
  grafserv: { graphiql: false },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();
server.listen(Number(PEER_PORT), "127.0.0.1");
