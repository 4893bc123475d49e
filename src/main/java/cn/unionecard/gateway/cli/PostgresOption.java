package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import picocli.CommandLine.Option;

/** Which database a command works in that needs nothing else of a configuration. */
@SuppressWarnings("NullAway.Init") // picocli sets the field
final class PostgresOption {
  @Option(
      names = "--postgres",
      required = true,
      defaultValue = "${env:ECARD_STORES_POSTGRES}",
      description =
          "postgresql://user:password@host:port/database; better given as ECARD_STORES_POSTGRES")
  private String postgres;

  /**
   * The database.
   *
   * @throws CannotStart if it is no address of one
   */
  PostgresUrl url() {
    return PostgresUrl.parse(postgres);
  }
}
