/**
 * Who may take how much of a node before it is known who he is: connections are counted where they
 * are accepted, before TLS; requests and failures draw from budgets; answers are written as they
 * are read. Takes {@link cn.unionecard.gateway.runtime.config.Config.Admission}, gives places and
 * refusals; never looks into a request.
 */
@NullMarked
package cn.unionecard.gateway.runtime.admission;

import org.jspecify.annotations.NullMarked;
