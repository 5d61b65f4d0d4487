import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const api = { target: `http://127.0.0.1:${process.env.PORT ?? "3000"}`, changeOrigin: false };

export default defineConfig({
  plugins: [solid(), tailwindcss()],
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      "/trpc": api,
      "/uploads": api,
      "/sign-up": api,
      "/y/": api,
      "/imports": api,
      "/exports": api,
      "^/(campaigns|audiences)/[^/]+/[a-z]+\\.(csv|xlsx)$": api,
      "^/audit-log\\.(csv|xlsx)$": api,
      "/tenants": api,
      "/health": api,
      "/o/": api,
      "/l/": api,
      "/sign-in/sso": api,
    },
  },
  build: {
    target: "es2022",
    // The content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
