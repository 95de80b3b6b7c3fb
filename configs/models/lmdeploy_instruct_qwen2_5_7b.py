"""Pattern: an instruct model through LMDeploy (pip install lmdeploy)."""

from opencompass.models import TurboMindModelwithChatTemplate

models = [
    dict(
        type=TurboMindModelwithChatTemplate,
        abbr='qwen2.5-7b-instruct-lmdeploy',
        path='Qwen/Qwen2.5-7B-Instruct',
        engine_config=dict(session_len=32768, max_batch_size=128, tp=1),
        gen_config=dict(do_sample=False, max_new_tokens=2048),
        max_seq_len=32768,
        max_out_len=2048,
        batch_size=128,
        run_cfg=dict(num_gpus=1),
    )
]
