import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { fetchPagesWhenIdle } from "./page-loading.ts";
import { routes } from "./routes.tsx";
import { keepTextAlive } from "./translated-text.ts";
import "./theme.css";

keepTextAlive(document.body);
render(() => <App />, document.getElementById("root")!);

window.addEventListener("load", () => fetchPagesWhenIdle(routes), { once: true });
