package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.pages.Bundle;
import cn.unionecard.gateway.pages.PageFile;
import cn.unionecard.gateway.runtime.http.FileAnswer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;

/** The files of the pages. */
final class PageRoutes {
  private final Endpoint endpoint;
  private final Bundle bundle;
  private final Clock clock;

  PageRoutes(Endpoint endpoint, HttpEdge.Pages pages) {
    this.endpoint = endpoint;
    this.bundle = pages.files();
    this.clock = pages.clock();
  }

  void mount(Routes routes) {
    bundle.shells().forEach(path -> routes.at(path).get(this::file).only());
    routes.at("/p/*").get(this::file).only();
  }

  private void file(RoutingContext ctx) {
    endpoint.browser(
        ctx,
        exchange -> {
          PageFile file = bundle.at(exchange.request().path());
          if (file == null) {
            throw new Fault.NotFound("no such page");
          }
          FileAnswer answer = file.answer(exchange.request().headers(), clock.instant());
          HttpServerResponse response = exchange.headers(answer.status());
          answer.headers().forEach(response::putHeader);
          return exchange.end(answer.body());
        });
  }
}
