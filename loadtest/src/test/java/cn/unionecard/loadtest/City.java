package cn.unionecard.loadtest;

import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.FeederBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;

/** What all simulations share: the gateway and its tills and phones, ended with the simulation. */
abstract class City extends Simulation {
  protected final Demo demo = Demo.read(Settings.DEMO, Settings.BASE);
  protected final Tills tills = new Tills(demo);
  protected final Phones phones;

  /**
   * @param codesPerSecond that its customers show at most
   */
  protected City(double codesPerSecond) {
    phones = new Phones(demo.folder(), codesPerSecond);
  }

  /** Tills of merchants that may sell, the busy ones most often. */
  protected Iterator<Map<String, Object>> live() {
    return tills.of(terminal -> terminal.merchantStatus().equals("LIVE"));
  }

  protected Iterator<Map<String, Object>> of(Predicate<Demo.Terminal> which) {
    return tills.of(which);
  }

  /** A till's requests; each session has the token of its till. */
  protected HttpProtocolBuilder protocol() {
    return http.baseUrl(demo.base())
        .contentTypeHeader("application/json")
        .acceptHeader("application/json")
        .authorizationHeader("Bearer #{token}")
        .shareConnections();
  }

  @Override
  public void after() {
    phones.close();
    tills.close();
  }
}
