package cn.unionecard.gateway.pages;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operations of the contract as modules of the pages: {@code export const OPERATIONS =
 * {verifyReceipt: ['POST', '/v1/receipts/verify'], …}}, and who may call each: {@code export const
 * ROLES = {addStore: 'CLERK', …}}. A page calls by {@code operationId}, so it cannot ask for what
 * the contract does not have, nor offer to somebody what he may not do.
 *
 * <p>Reads the lines of our own file, whose form the contract's linter keeps; a YAML reader would
 * cost every start a quarter of a second.
 */
final class ContractModule {
  private static final Pattern LINE =
      Pattern.compile(
          "^(?:  (?<path>/\\S*):|    (?<method>get|put|post|delete|patch):|      operationId: (?<id>\\w+)|      x-roles: \\[(?<roles>[\\w, ]+)\\]|(?<end>webhooks|components):)\\s*$",
          Pattern.MULTILINE);

  private ContractModule() {}

  static byte[] operations(byte[] contract) {
    StringBuilder module = new StringBuilder(8192).append("export const OPERATIONS = {\n");
    Matcher lines = LINE.matcher(new String(contract, StandardCharsets.UTF_8));
    String path = "";
    String method = "";
    while (lines.find() && lines.group("end") == null) {
      if (lines.group("path") != null) {
        path = lines.group("path");
      } else if (lines.group("method") != null) {
        method = lines.group("method").toUpperCase(Locale.ROOT);
      } else if (lines.group("id") != null) {
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

  static byte[] roles(byte[] contract) {
    StringBuilder module = new StringBuilder(8192).append("export const ROLES = {\n");
    Matcher lines = LINE.matcher(new String(contract, StandardCharsets.UTF_8));
    String operation = "";
    while (lines.find() && lines.group("end") == null) {
      if (lines.group("id") != null) {
        operation = lines.group("id");
      } else if (lines.group("roles") != null) {
        module
            .append("  ")
            .append(operation)
            .append(": '")
            .append(lines.group("roles").replace(",", ""))
            .append("',\n");
      }
    }
    return module.append("};\n").toString().getBytes(StandardCharsets.UTF_8);
  }
}
