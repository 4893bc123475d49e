package cn.unionecard.gateway.pages;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operations of the contract as a module of the pages: {@code export const OPERATIONS =
 * {verifyReceipt: ['POST', '/v1/receipts/verify'], …}}. A page calls by {@code operationId}, so it
 * cannot ask for what the contract does not have.
 *
 * <p>Reads the lines of our own file, whose form the contract's linter keeps; a YAML reader would
 * cost every start a quarter of a second.
 */
final class ContractModule {
  private static final Pattern LINE =
      Pattern.compile(
          "^(?:  (?<path>/\\S*):|    (?<method>get|put|post|delete|patch):|      operationId: (?<id>\\w+)|(?<end>webhooks|components):)\\s*$",
          Pattern.MULTILINE);

  private ContractModule() {}

  static byte[] of(byte[] contract) {
    StringBuilder module = new StringBuilder(8192).append("export const OPERATIONS = {\n");
    Matcher lines = LINE.matcher(new String(contract, StandardCharsets.UTF_8));
    String path = "";
    String method = "";
    while (lines.find() && lines.group("end") == null) {
      if (lines.group("path") != null) {
        path = lines.group("path");
      } else if (lines.group("method") != null) {
        method = lines.group("method").toUpperCase(Locale.ROOT);
      } else {
        module
            .append("  ")
            .append(lines.group("id"))
            .append(": ['")
            .append(method)
            .append("', '")
            .append(path)
            .append("'],\n");
      }
    }
    return module.append("};\n").toString().getBytes(StandardCharsets.UTF_8);
  }
}
