package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which gateway is asked, and as whom: for commands that do what staff may do. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StaffOptions {
  @Option(
      names = "--base",
      required = true,
      paramLabel = "URL",
      description = "网关地址 The gateway, https://host:port.")
  private URI base;

  @Option(
      names = "--ca",
      required = true,
      paramLabel = "FILE",
      description = "信任的证书颁发机构 PEM of the authority that vouches for it.")
  private Path ca;

  @Option(
      names = "--token-file",
      required = true,
      paramLabel = "FILE",
      description = {
        "本人令牌 Holds your access token (POST /v1/staff-tokens).",
        "令牌到期后换上新令牌即可继续 It is read again when the token has ended."
      })
  private Path token;

  /**
   * The gateway.
   *
   * @throws CannotStart if a file cannot be used
   */
  StaffCalls calls(CommandSpec spec) {
    if (!"https".equals(base.getScheme()) || base.getHost() == null) {
      throw new ParameterException(spec.commandLine(), "--base is not https://host:port");
    }
    return new StaffCalls(base, ca, token);
  }
}
