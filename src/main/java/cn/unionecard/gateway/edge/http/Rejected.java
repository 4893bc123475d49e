package cn.unionecard.gateway.edge.http;

/** What HTTP itself rejects before there is a request to speak of: body too large, wrong type. */
final class Rejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final Problem.Kind kind;

  Rejected(Problem.Kind kind, String detail) {
    super(detail, null, false, false);
    this.kind = kind;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
