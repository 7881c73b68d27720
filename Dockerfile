# docker build -t portal . && docker run -p 3000:3000 -v portal:/data portal
FROM node:22-bookworm-slim AS packages
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM packages AS build
RUN npm ci
COPY . .
RUN npm run build

FROM node:22-bookworm-slim
WORKDIR /portal
COPY --from=packages /portal/node_modules node_modules
COPY package.json package.json
COPY app/start.js app/start.js
COPY db/migrations db/migrations
COPY --from=build /portal/public public
COPY --from=build /portal/build/index.js build/index.js
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 3000
# Docker ends a container hard after ten seconds.
ENV HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/portal.db STOP_SECONDS=8
HEALTHCHECK CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "app/start.js"]
